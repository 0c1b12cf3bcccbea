"""The page of the demonstration: letters as their receivers see them, and a pen for its clients."""
