"""What a member's desk has to tell, by e-mail, every morning or on Mondays: for members who want it.

`gathering.py` asks what there is to tell, within what the member may see; `wording.py` puts it into a letter;
`writing.py` writes each member's once a day.
"""
