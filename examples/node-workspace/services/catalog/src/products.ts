export const products = [
  { name: "teapot", price: "18.5" },
  { name: "cup", price: "4.25" },
];
