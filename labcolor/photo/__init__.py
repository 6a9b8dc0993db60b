"""A picture file as arrays, and what must survive it: depth, alpha, EXIF, ICC, XMP."""

from labcolor.photo.formats import SUFFIXES, format_of
from labcolor.photo.model import Mark, Metadata, Photo
from labcolor.photo.pages import Pages, check_pages, read
from labcolor.photo.target import check_target, same_file
from labcolor.photo.writing import write

__all__ = [
    "SUFFIXES",
    "Mark",
    "Metadata",
    "Pages",
    "Photo",
    "check_pages",
    "check_target",
    "format_of",
    "read",
    "same_file",
    "write",
]
