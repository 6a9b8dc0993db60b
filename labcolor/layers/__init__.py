"""Photographs in layers: ORA and PSD out, and edits back."""
