using Microsoft.AspNetCore.Authentication.Cookies;
using Minimal;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
// ASP.NET Core logs the address of each request, and the address of the callback contains the authorization code.
builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
builder.Services.AddSingleton(static services => Cloud.From(
    services.GetRequiredService<IConfiguration>(), services.GetRequiredService<ILoggerFactory>()));
builder.Services.AddSingleton<UserSessions>();
builder.Services.AddSingleton<TransactionCookies>();
builder.Services.AddSingleton<SignInPages>();
builder.Services.AddSingleton<HomePage>();
builder.Services.AddMemoryCache();
builder.Services.AddAntiforgery();
builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(static options =>
{
    options.Cookie.Name = "user";
    options.Cookie.HttpOnly = true;
    options.Cookie.SameSite = SameSiteMode.Lax;
    options.ExpireTimeSpan = UserSessions.Lifetime;
});

WebApplication app = builder.Build();
// Created at startup, so that a missing setting is reported at once.
app.Services.GetRequiredService<Cloud>();
app.UseAuthentication();
app.MapGet("/", static (HomePage home, HttpContext context) => home.ShowAsync(context));
app.MapGet(SignInPages.SignInPath, static (SignInPages pages, HttpContext context) => pages.SignInAsync(context));
app.MapGet(SignInPages.CallbackPath, static (SignInPages pages, HttpContext context) => pages.CallbackAsync(context));
app.MapPost(SignInPages.CallbackPath, static (SignInPages pages, HttpContext context) => pages.CallbackAsync(context)).DisableAntiforgery();
app.MapPost(SignInPages.SignOutPath, static (SignInPages pages, HttpContext context) => pages.SignOutAsync(context));
app.Run();
