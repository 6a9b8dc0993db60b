"""A picture file as arrays, and what must survive it: depth, alpha, EXIF, ICC, XMP."""

from labcolor.photo.formats import SUFFIXES, format_of
from labcolor.photo.model import Metadata, Photo
from labcolor.photo.reading import read
from labcolor.photo.target import check_target
from labcolor.photo.writing import write

__all__ = ["SUFFIXES", "Metadata", "Photo", "check_target", "format_of", "read", "write"]
