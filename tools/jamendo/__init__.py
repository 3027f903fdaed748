"""The audio of MTG-Jamendo that an annotation file needs, from the dataset's own mirror."""
