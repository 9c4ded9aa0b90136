"""How good the map is: what was found in annotated texts, beside what stands in them.

`gold` reads the annotated texts, `judging` pairs what was found with them; all figures are made of these pairs.
"""
