"""From a regulation file to its editions, with every fault named by file, line and a way to mend it."""

from reglament.regulation.reading.faults import FileFault, RegulationUnreadable
from reglament.regulation.reading.read import read_regulation

__all__ = ["FileFault", "RegulationUnreadable", "read_regulation"]
