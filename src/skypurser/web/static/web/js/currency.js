// Amounts are written in the currency that is chosen beside them: <select data-currency>.
document.addEventListener("change", (event) => {
  const choice = event.target.closest("[data-currency]");
  if (!choice) return;
  for (const unit of choice.form.querySelectorAll(".with-unit .unit")) unit.textContent = choice.value;
});
