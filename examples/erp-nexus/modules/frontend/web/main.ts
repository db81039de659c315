interface Customer {
  name: string;
  phone: string;
}

const form = document.querySelector("form")!;
const list = document.querySelector("ul")!;

async function show(): Promise<void> {
  const customers: Customer[] = await (await fetch("/api/customers")).json();
  list.replaceChildren(
    ...customers.map(({ name, phone }) => Object.assign(document.createElement("li"), { textContent: `${name}, ${phone}` })),
  );
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const body = JSON.stringify(Object.fromEntries(new FormData(form)));
  await fetch("/api/customers", { method: "POST", headers: { "content-type": "application/json" }, body });
  form.reset();
  await show();
});

void show();
