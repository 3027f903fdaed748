"""Names of graph nodes: the zoo's, which Essentia's algorithms and its users' scripts expect."""

#: Input of every graph, and the default of Essentia's TensorflowPredict algorithms.
INPUT = "model/Placeholder"

#: Probabilities that a head gives.
HEAD_OUTPUT = "model/Softmax"

#: A head's hidden layer before its rectifier.
HEAD_PENULTIMATE = "model/dense/BiasAdd"
