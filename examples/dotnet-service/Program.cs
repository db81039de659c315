var app = WebApplication.Create(args);
var folder = app.Configuration["Orders:Folder"] ?? Path.GetTempPath();
var file = Path.Combine(folder, "orders.txt");

app.MapGet("/healthz", () => "ok");
app.MapGet("/orders", () => File.Exists(file) ? File.ReadAllLines(file) : []);
app.MapPost("/orders/{item}", (string item) =>
{
    File.AppendAllLines(file, [item]);
    return Results.Created("/orders", item);
});
app.Run();
