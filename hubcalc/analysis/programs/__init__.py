"""Hub documents as programs of the simulator, and what its runs say in the document's words."""
