// What pages do beyond htmx: nothing of it is needed to use them.

// A form or button that asks first: data-confirm="…".
document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
  if (question !== undefined && !window.confirm(question)) event.preventDefault();
});

// A box that marks all others of its form: data-marks="name of the boxes".
document.addEventListener("change", (event) => {
  const name = event.target.dataset?.marks;
  if (name === undefined) return;
  for (const box of event.target.form?.querySelectorAll(`input[type=checkbox][name="${name}"]`) ?? [])
    box.checked = event.target.checked;
});

// A button that adds a line to a text field: data-adds-line="id of the field" data-line="the line".
document.addEventListener("click", (event) => {
  const { addsLine, line } = event.target.dataset ?? {};
  const field = addsLine === undefined ? null : document.getElementById(addsLine);
  if (field === null) return;
  const lines = field.value.split("\n").filter((one) => one.trim() !== "");
  if (!lines.includes(line)) field.value = [...lines, line].join("\n");
});
