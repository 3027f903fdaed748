"""Labelled music: tracks with their labels and groups, and the tasks whose classes they use."""

from essentia_ldl.collection.collection import Collection
from essentia_ldl.collection.tasks import Task, load_task, task_names
from essentia_ldl.collection.track import Skipped, Track

__all__ = ["Collection", "Skipped", "Task", "Track", "load_task", "task_names"]
