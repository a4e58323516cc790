namespace AuthCode.Analyzers.Tests;

/// <summary>AUTHCODE002 for the local variables that the calls of an endpoint share: what is marked is reported, and nothing else.</summary>
internal sealed class SharedVariableTests
{
    [TestCase("BlobServiceClient? shared = null; app.MapGet(\"/\", (UserCredential user) => (shared ??= new BlobServiceClient(account, [|user|])).AccountName);", TestName = "An endpoint that is given a credential")]
    [TestCase("BlobServiceClient? shared = null; app.MapGet(\"/\", (HttpContext http) => (shared ??= new BlobServiceClient(account, [|http.RequestServices.GetRequiredService<UserCredential>()|])).AccountName);", TestName = "An endpoint that resolves a credential")]
    [TestCase("BlobServiceClient? shared = null; services.AddScoped(all => shared ??= new BlobServiceClient(account, [|all.GetRequiredService<UserCredential>()|]));", TestName = "A scoped registration")]
    [TestCase("var shared = new ConcurrentDictionary<string, BlobServiceClient>(); app.MapGet(\"/\", (UserCredential user) => shared.GetOrAdd(\"user\", _ => new BlobServiceClient(account, [|user|])).AccountName);", TestName = "A collection")]
    [TestCase("BlobServiceClient? shared = null; app.MapGet(\"/\", (UserCredential user) => { TokenCredential same = user; shared = new BlobServiceClient(account, [|same|]); });", TestName = "A credential in a variable of the endpoint")]
    [TestCase("BlobServiceClient? shared = null; app.MapGroup(\"/\").MapGet(\"/\", () => \"\").AddEndpointFilter((call, next) => { shared ??= new BlobServiceClient(account, [|call.HttpContext.RequestServices.GetRequiredService<UserCredential>()|]); return next(call); });", TestName = "A filter of an endpoint")]
    [TestCase("BlobServiceClient? shared = null; app.Use((context, next) => { shared ??= new BlobServiceClient(account, [|context.RequestServices.GetRequiredService<UserCredential>()|]); return next(context); });", TestName = "A middleware in a function")]
    public async Task A_variable_outside_the_endpoint_is_reported(string statements) => SharedClientTests.IsReportedAsMarked(await InAMethodAsync(statements));

    [TestCase("app.MapGet(\"/\", (UserCredential user) => { BlobServiceClient? own = null; Action create = () => own = new BlobServiceClient(account, user); create(); return own!.AccountName; });", TestName = "A variable of the endpoint")]
    [TestCase("string? shared = null; app.MapGet(\"/\", (UserCredential user) => shared ??= new Orders(user).Read());", TestName = "What a client read")]
    [TestCase("var shared = new ConcurrentDictionary<string, string>(); app.MapGet(\"/\", (UserCredential user) => shared.GetOrAdd(\"user\", _ => new Orders(user).Read()));", TestName = "A collection of what clients read")]
    [TestCase("BlobServiceClient? own = null; With(user => own = new BlobServiceClient(account, user)); static void With(Action<UserCredential> action) { }", TestName = "A function of the project")]
    public async Task A_variable_that_calls_do_not_share_is_not_reported(string statements)
    {
        AnalyzedText text = await InAMethodAsync(statements);

        Assert.That(text.Reported, Is.Empty);
    }

    [TestCase(
        "internal sealed class Own(RequestDelegate next) { public Task InvokeAsync(HttpContext context, Uri account) { BlobServiceClient? own = null; context.Response.OnStarting(state => { own = new BlobServiceClient(account, ((HttpContext)state).RequestServices.GetRequiredService<UserCredential>()); return Task.CompletedTask; }, context); return next(context); } }",
        TestName = "A variable of InvokeAsync of a middleware")]
    [TestCase(
        "internal sealed class Job(IServiceProvider all, IMemoryCache cache) : BackgroundService { protected override async Task ExecuteAsync(CancellationToken stoppingToken) { BlobServiceClient? own = null; await cache.GetOrCreateAsync(\"orders\", async entry => { await using AsyncServiceScope scope = all.CreateAsyncScope(); own = new BlobServiceClient(new Uri(\"https://a.example\"), scope.ServiceProvider.GetRequiredService<UserCredential>()); return own.AccountName; }); } }",
        TestName = "A variable of ExecuteAsync of a background service")]
    public async Task A_variable_of_one_call_is_not_reported(string types)
    {
        AnalyzedText text = await AnalyzedCode.FileAsync(types);

        Assert.That(text.Reported, Is.Empty);
    }

    private static Task<AnalyzedText> InAMethodAsync(string statements) => AnalyzedCode.MembersAsync($$"""
        internal static void Run(WebApplication app, IServiceCollection services, Uri account)
        {
            {{statements}}
        }
        """);
}
