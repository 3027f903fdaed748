"""ONNX graphs as something to look things up in, and to write node by node."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

Array = NDArray[Any]

#: Of the operators, and of the file: the newest that tf2onnx writes, and one that every
#: onnxruntime since 2022 reads.
OPSET = 18
IR_VERSION = 8

#: onnxruntime's fast convolutions on x86-64 work on this many channels at a time, and hand their
#: results on to a pooling as they are only where the number of channels is a multiple of it.
CHANNELS_AT_A_TIME = 16


class Nodes:
    """The nodes of a graph by the tensors that they make and take.

    Parameters
    ----------
    model : onnx.ModelProto
        With one input, and nodes of one output each.

    Attributes
    ----------
    input : str
        The input's name.
    nodes : tuple of onnx.NodeProto
        Those that the outputs need, inputs first, in an order that names do not decide.
    """

    def __init__(self, model: onnx.ModelProto) -> None:
        graph = onnx.shape_inference.infer_shapes(model).graph
        self.input = str(graph.input[0].name)
        self._constants = {entry.name: numpy_helper.to_array(entry) for entry in graph.initializer}
        self._producers: dict[str, onnx.NodeProto] = {node.output[0]: node for node in graph.node}
        self.nodes = tuple(self._ancestors(value.name for value in graph.output))
        self._uses = Counter(tensor for node in self.nodes for tensor in node.input)
        self._uses.update(value.name for value in graph.output)
        self._shapes = {
            value.name: tuple(
                side.dim_value if side.HasField("dim_value") else -1
                for side in value.type.tensor_type.shape.dim
            )
            for value in (*graph.input, *graph.value_info, *graph.output)
        }

    def _ancestors(self, tensors: Iterable[str]) -> list[onnx.NodeProto]:
        ordered: dict[str, onnx.NodeProto] = {}
        pending = [(tensor, False) for tensor in tensors]
        while pending:
            tensor, inputs_done = pending.pop()
            node = self._producers.get(tensor)
            if node is None or tensor in ordered:
                continue
            if inputs_done:
                ordered[tensor] = node
            else:
                pending.append((tensor, True))
                pending.extend((above, False) for above in reversed(node.input))
        return list(ordered.values())

    def producer(self, tensor: str) -> onnx.NodeProto | None:
        """Return the node that makes a tensor; None for the input and constants."""
        return self._producers.get(tensor)

    def is_used_once(self, tensor: str) -> bool:
        """Whether one node takes a tensor, and it is no output; or the other way round."""
        return self._uses[tensor] == 1

    def needs_input(self, tensors: Iterable[str], given: Collection[str]) -> bool:
        """Whether tensors depend on the input, if those that are `given` need not be computed."""
        pending, seen = list(tensors), set(given)
        while pending:
            tensor = pending.pop()
            if tensor == self.input and tensor not in seen:
                return True
            node = self._producers.get(tensor)
            if node is not None and tensor not in seen:
                pending.extend(node.input)
            seen.add(tensor)
        return False

    def constant(self, tensor: str) -> Array | None:
        """Return the values of a constant; None for what is computed."""
        return self._constants.get(tensor)

    def constants(self, node: onnx.NodeProto) -> list[Array]:
        """Return the values of a node's inputs that are constants, in their order."""
        found = (self.constant(tensor) for tensor in node.input)
        return [values for values in found if values is not None]

    def shape(self, tensor: str) -> tuple[int, ...]:
        """Return a tensor's shape, -1 where a side is open; empty where nothing is known."""
        return self._shapes.get(tensor, ())


def attributes(node: onnx.NodeProto) -> dict[str, Any]:
    """Return a node's attributes as Python values."""
    return {entry.name: helper.get_attribute_value(entry) for entry in node.attribute}


def integers(*values: int) -> NDArray[np.int64]:
    """Return axes, sides or places as ONNX's operators take them.

    Examples
    --------
    >>> integers(0, -1)
    array([ 0, -1])
    """
    return np.array(values, dtype=np.int64)


class GraphWriter:
    """Writes a graph; the same calls give the same bytes.

    Examples
    --------
    >>> writer = GraphWriter()
    >>> writer.add("Mul", "bands", np.float32(2))
    'Mul_0'
    """

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[tuple[str, tuple[int, ...], bytes], onnx.TensorProto] = {}
        self._written: Counter[str] = Counter()

    def body(self) -> GraphWriter:
        """Begin a graph that is to be an attribute of a node of this one, as Scan's is."""
        inner = GraphWriter()
        inner._written = self._written  # Names are each given once, in either.
        return inner

    def add(self, operator: str, *inputs: str | Array | np.generic, **settings: Any) -> str:
        """Add a node and return the name of its output.

        Parameters
        ----------
        operator : str
            Of ONNX's own domain.
        *inputs : str or array
            Names of tensors, and constants.
        **settings
            Attributes.
        """
        tensors = [
            given if isinstance(given, str) else self.constant(np.asarray(given))
            for given in inputs
        ]
        name = self._name(operator)
        self._nodes.append(helper.make_node(operator, tensors, [name], name=name, **settings))
        return name

    def constant(self, values: Array) -> str:
        """Return the name of a constant; equal ones are kept once."""
        values = np.asarray(values, order="C")
        content = (values.dtype.str, values.shape, values.tobytes())
        if content not in self._constants:
            name = self._name("constant")
            self._constants[content] = numpy_helper.from_array(values, name)
        return str(self._constants[content].name)

    def model(
        self,
        inputs: Mapping[str, Sequence[str | int]],
        outputs: Mapping[str, Sequence[str | int]],
        notes: Mapping[str, str] | None = None,
    ) -> bytes:
        """Return the serialised model.

        Parameters
        ----------
        inputs, outputs : mapping of str to sequence of str or int
            Shapes by name, all float32; an open side has a name.
        notes : mapping of str to str, optional
            What whoever runs the graph should know.

        Raises
        ------
        onnx.checker.ValidationError
            If the graph is not valid.
        """
        graph = self.graph(inputs, outputs)
        opset = [helper.make_opsetid("", OPSET)]
        model = helper.make_model(
            graph, opset_imports=opset, ir_version=IR_VERSION, producer_name="essentia_ldl"
        )
        helper.set_model_props(model, dict(notes or {}))
        onnx.checker.check_model(model, full_check=True)
        return bytes(model.SerializeToString(deterministic=True))

    def graph(
        self, inputs: Mapping[str, Sequence[str | int]], outputs: Mapping[str, Sequence[str | int]]
    ) -> onnx.GraphProto:
        """Return the graph alone; parameters are those of `model`."""
        return helper.make_graph(
            self._nodes,
            "essentia_ldl",
            _values(inputs),
            _values(outputs),
            [*self._constants.values()],
        )

    def name_output(self, tensor: str, name: str) -> None:
        """Give a tensor a second name, under which it is an output."""
        self._nodes.append(helper.make_node("Identity", [tensor], [name], name=name))

    def _name(self, kind: str) -> str:
        number = self._written[kind]
        self._written[kind] += 1
        return f"{kind}_{number}"


def _values(shapes: Mapping[str, Sequence[str | int]]) -> list[onnx.ValueInfoProto]:
    return [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape))
        for name, shape in shapes.items()
    ]
