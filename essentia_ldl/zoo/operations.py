"""Operations that a graph may hold: arithmetic on tensors, and nothing that reaches outside it.

A frozen graph is a program. TensorFlow has operations that read and write files, call Python or
open connections, and Essentia runs whatever a graph holds; so one from an unknown hand is run
only if every operation in it is on this list.
"""

from __future__ import annotations

_INPUTS_AND_CALLS = """
    Const Identity IdentityN NoOp PartitionedCall Placeholder PlaceholderWithDefault
    PreventGradient Snapshot StatefulPartitionedCall StopGradient
"""

# Branches only: a loop may never end. Switch and Merge are how frozen graphs of TensorFlow 1 keep
# the two sides of "is this training?".
_BRANCHES = "If Merge StatelessIf Switch"

_ARITHMETIC = """
    Abs Add AddN AddV2 Cast Ceil ClipByValue Cos Div DivNoNan Erf Erfc Exp Expm1 Floor FloorDiv
    FloorMod Inv Invert Log Log1p Maximum Minimum Mod Mul MulNoNan Neg Pow RealDiv Reciprocal
    Round Rsqrt Sign Sin Sqrt Square SquaredDifference Sub Tanh Xdivy Xlogy
"""

_COMPARISONS = """
    Equal Greater GreaterEqual IsFinite IsInf IsNan Less LessEqual LogicalAnd LogicalNot LogicalOr
    NotEqual Select SelectV2 Where
"""

_REDUCTIONS = "All Any ArgMax ArgMin Cumsum L2Loss Max Mean Min Prod Sum TopK TopKV2"

_LINEAR_ALGEBRA = "BatchMatMul BatchMatMulV2 BatchMatMulV3 Einsum MatMul"

_NETWORK_LAYERS = """
    AvgPool AvgPool3D BiasAdd BiasAddV1 Conv2D Conv3D Conv2DBackpropInput
    DepthwiseConv2dNative Elu FusedBatchNorm FusedBatchNormV2 FusedBatchNormV3 LRN LeakyRelu
    LogSoftmax MaxPool MaxPool3D MaxPoolV2 RandomStandardNormal RandomUniform Relu Relu6
    Selu Sigmoid Softmax Softplus Softsign
"""

_SHAPES = """
    BatchToSpace BatchToSpaceND BroadcastArgs BroadcastTo Concat ConcatV2 ConcatOffset
    DepthToSpace ExpandDims Fill Gather GatherNd GatherV2 InvertPermutation LinSpace MirrorPad
    OneHot OnesLike Pack Pad PadV2 Range Rank Reshape Reverse ReverseV2 ScatterNd Shape ShapeN
    Size Slice SpaceToBatch SpaceToBatchND SpaceToDepth Split SplitV Squeeze StridedSlice
    TensorScatterAdd TensorScatterUpdate Tile Transpose Unpack ZerosLike
"""

ALLOWED_OPERATIONS = frozenset(
    " ".join(
        [
            _INPUTS_AND_CALLS,
            _BRANCHES,
            _ARITHMETIC,
            _COMPARISONS,
            _REDUCTIONS,
            _LINEAR_ALGEBRA,
            _NETWORK_LAYERS,
            _SHAPES,
        ]
    ).split()
)
"""Names of TensorFlow's operations, as ``NodeDef.op`` has them."""
