"""Questions that need no document of a hub, one kind a file, and what is answered."""
