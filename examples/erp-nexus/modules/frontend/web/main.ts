interface Customer {
  name: string;
  phone: string;
}

const form = document.querySelector("form")!;
const list = document.querySelector("ul")!;

async function show(): Promise<void> {
  const customers: Customer[] = await (await fetch("/api/customers")).json();
  const items = customers.map(({ name, phone }) => {
    const item = document.createElement("li");
    item.textContent = `${name}, ${phone}`;
    return item;
  });
  list.replaceChildren(...items);
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const body = JSON.stringify(Object.fromEntries(new FormData(form)));
  await fetch("/api/customers", { method: "POST", headers: { "content-type": "application/json" }, body });
  form.reset();
  await show();
});

void show();
