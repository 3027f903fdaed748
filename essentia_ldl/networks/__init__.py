"""Networks: the backbones MusiCNN and VGG, and heads, all of which are trained as one batch.

TensorFlow is imported by the modules in here, never by the package itself.
"""
