"""Letters: a raw letter is stored, read, proved, threaded, and enters by the desk's one door."""
