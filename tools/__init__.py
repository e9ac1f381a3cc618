"""What makes files of the repository from others: the sprite of icons, the catalogues of translations."""
