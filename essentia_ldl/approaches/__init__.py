"""What can be trained on a collection: heads on a backbone's embeddings, or whole networks."""

from essentia_ldl.approaches.base import Approach, Making
from essentia_ldl.approaches.choice import choose_approach

__all__ = ["Approach", "Making", "choose_approach"]
