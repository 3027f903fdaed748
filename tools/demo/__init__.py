"""The demo: music that the project composes and renders itself, to train on and to predict."""
