"""Re-checking the invariants on a live database (`./anxin fsck`): apart from the constraints that should make it needless."""
