"""The path hook for modules that lie in no file: those of an executable, and the bundled standard library."""

import _imp
from _frozen_importlib_external import SourceFileLoader, spec_from_file_location


class EmbeddedFinder:
    """Finds the modules of one folder that exists in the executable only."""

    def __init__(self, folder):
        if not _imp._is_embedded_folder(folder):
            raise ImportError("only embedded folders are supported", path=folder)
        self.path = folder

    def find_spec(self, fullname, target=None):
        location = _imp._embedded_location(fullname, self.path)
        if location is None:
            return None
        path, is_package = location
        folders = [path.rpartition("/")[0]] if is_package else None
        loader = SourceFileLoader(fullname, path)
        return spec_from_file_location(fullname, path, loader=loader, submodule_search_locations=folders)

    def invalidate_caches(self):
        pass

    def iter_modules(self, prefix=""):
        for name, is_package in _imp._embedded_modules(self.path):
            yield prefix + name, is_package

    def __repr__(self):
        return f"EmbeddedFinder({self.path!r})"
