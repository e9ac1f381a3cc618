// Says on the page what allauth's scripts would only tell the console.
document.addEventListener('allauth.error', (event) => {
  event.preventDefault()
  const told = document.getElementById('passkey_error')
  if (told) told.hidden = false
})
