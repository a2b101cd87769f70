"""Everything that belongs to one deal: documents of every kind, plan, people, stages with the time in each."""
