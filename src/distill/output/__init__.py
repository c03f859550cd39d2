"""What happens to a sound on its way out: where it stands in space, how it loops, and the file it becomes."""
