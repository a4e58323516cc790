using AuthCode;
using Azure.Storage.Blobs;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http.HttpResults;
using StackExchange.Redis;
using WebApp;
using WebApp.Apis;
using WebApp.Components;
using WebApp.Demo;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.UseDemoUnlessConfigured();
// ASP.NET Core logs the address of each request, and that of the callback contains the code.
builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting", LogLevel.Warning);
builder.Services.AddRazorComponents();
builder.Services.AddAuthorization();

var storageAddress = new Uri(builder.Configuration.GetRequiredSection("Storage:Address").Value!);
var vaultAddress = new Uri(builder.Configuration.GetRequiredSection("Vault:Address").Value!);
AuthCodeBuilder authCode = builder.Services
    .AddAuthCode(builder.Configuration.GetSection("AzureAd"), options => options.Scopes.Add(Scopes.Storage))
    .AddUserClient((credential, services) => new BlobServiceClient(storageAddress, credential, services.GetService<BlobClientOptions>()));
if (builder.Configuration.GetConnectionString("Redis") is { Length: > 0 } redis)
{
    builder.Services.AddSingleton<IConnectionMultiplexer>(_ => ConnectionMultiplexer.Connect(redis));
    authCode.UseRedis();
}
if (builder.Configuration["KeyRing"] is { Length: > 0 } keyRing)
{
    builder.Services.AddDataProtection().SetApplicationName("WebApp").PersistKeysToFileSystem(new DirectoryInfo(keyRing));
}

builder.Services.AddHttpClient<Calendar>(client => client.BaseAddress = new Uri("https://graph.microsoft.com/v1.0/")).AddUserToken(Scopes.Calendar);
builder.Services.AddHttpClient<Vault>(client => client.BaseAddress = vaultAddress).AddUserToken(Scopes.Vault);
builder.Services.AddHostedService<Trail>();

WebApplication app = builder.Build();
app.UseFailurePage();
app.UseStaticFiles();
app.UseAuthentication();
app.UseBrowserRules();
app.UseAuthCode();
app.UseAuthorization();

app.MapGet("/", async (HttpContext context) => context.User.Identity!.IsAuthenticated
    ? new RazorComponentResult<Home>(new { Token = await Trail.OfAsync(context, Scopes.Storage) })
    : new RazorComponentResult<Home>());
app.MapGet("/signin", () => Results.Challenge(new() { RedirectUri = "/" }));
app.MapPost("/signout", () => Results.SignOut(new() { RedirectUri = "/" }, ["Cookies", "AuthCode"]));

// Signing in consents to storage; the calendar asks for its consent when it is first opened, and the vault for another factor.
RouteGroupBuilder pages = app.MapGroup("/").RequireAuthorization();
pages.MapGet("/files", async (HttpContext context, BlobServiceClient storage, string? name) =>
    await Trail.ShowAsync(context, "Files", Scopes.Blobs, await storage.ListAsync(name, context.RequestAborted)));
pages.MapGet("/calendar", async (HttpContext context, Calendar calendar) =>
    await Trail.ShowAsync(context, "Calendar", Scopes.Calendar, await calendar.ListAsync(context.RequestAborted)));
pages.MapGet("/vault", async (HttpContext context, Vault vault) =>
    await Trail.ShowAsync(context, "Vault", Scopes.Vault, await vault.ListAsync(context.RequestAborted)));
app.Run();
