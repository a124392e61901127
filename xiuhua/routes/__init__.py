"""Mathematics of streets: numbers in, numbers out, no Django and nothing of the house. `districts` is the way in."""
