"""The version that written graphs carry."""

#: GraphDef version of TensorFlow 1.15, which froze the zoo's own files; every runtime that is to
#: load a graph is newer.
PRODUCER = 134
