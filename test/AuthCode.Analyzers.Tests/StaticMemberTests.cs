namespace AuthCode.Analyzers.Tests;

/// <summary>AUTHCODE002 for static fields and properties: what is marked is reported, and nothing else.</summary>
internal sealed class StaticMemberTests
{
    [TestCase("_credential = [|credential|];")]
    [TestCase("_token = [|credential|];")]
    [TestCase("_client = new BlobServiceClient(_account, [|credential|]);")]
    [TestCase("_client ??= new BlobServiceClient(_account, [|credential|]);")]
    [TestCase("_client = _client is null ? new BlobServiceClient(_account, [|credential|]) : _client;")]
    [TestCase("_client = new BlobServiceClient(_account, [|provider.GetRequiredService<UserCredential>()|]);")]
    [TestCase("_container = new BlobServiceClient(_account, [|credential|]).GetBlobContainerClient(\"orders\");", TestName = "A client of a client")]
    [TestCase("var client = new BlobServiceClient(_account, credential); _client = [|client|];", TestName = "A client in a variable")]
    [TestCase("TokenCredential user = credential; var client = new BlobServiceClient(_account, user); _client = [|client|];", TestName = "A client in a variable, with a credential in another")]
    [TestCase("var client = new BlobServiceClient(_account, credential); _container = [|client|].GetBlobContainerClient(\"orders\");", TestName = "A client of a client in a variable")]
    [TestCase("_client = Create([|credential|]);", TestName = "A method that creates a client")]
    [TestCase("Client = new BlobServiceClient(_account, [|credential|]);", TestName = "A property")]
    [TestCase("_read = () => [|credential|].ToString()!;", TestName = "A function that captures")]
    [TestCase("Interlocked.CompareExchange(ref _client, new BlobServiceClient(_account, [|credential|]), null);")]
    [TestCase("LazyInitializer.EnsureInitialized(ref _client, () => new BlobServiceClient(_account, [|credential|]));")]
    [TestCase("_ = _client ?? (_client = new BlobServiceClient(_account, [|credential|]));")]
    [TestCase("_options = new Options { Credential = [|credential|] };", TestName = "An object initializer")]
    [TestCase("app.MapGet(\"/\", (UserCredential user) => (_client ??= new BlobServiceClient(_account, [|user|])).AccountName);", TestName = "An endpoint")]
    [TestCase("services.AddScoped(all => _client ??= new BlobServiceClient(_account, [|all.GetRequiredService<UserCredential>()|]));", TestName = "A scoped registration")]
    [TestCase("_clients[\"user\"] = new BlobServiceClient(_account, [|credential|]);", TestName = "An element of a collection")]
    [TestCase("_clients.GetOrAdd(\"user\", _ => new BlobServiceClient(_account, [|credential|]));", TestName = "A collection that creates an element")]
    [TestCase("_client = [|Find(provider)|];", TestName = "A method that is given the services")]
    public async Task A_static_member_that_keeps_a_credential_is_reported(string statements) => SharedClientTests.IsReportedAsMarked(await InAClassAsync(statements));

    [TestCase("var client = new BlobServiceClient(_account, credential); _ = client.AccountName;")]
    [TestCase("_name = new Orders(credential).Read();", TestName = "What a client read")]
    [TestCase("_name = credential.ToString();")]
    [TestCase("_prices = new Orders(credential).Load();", TestName = "An object that a client read")]
    [TestCase("_name = new Orders(credential).Name;", TestName = "A property of a client")]
    [TestCase("_name = nameof(credential);")]
    [TestCase("_type = typeof(UserCredential);")]
    [TestCase("_create = user => new BlobServiceClient(_account, user);", TestName = "A function that is given a credential")]
    [TestCase("_current.Value = credential;", TestName = "An AsyncLocal")]
    [TestCase("_field = new BlobServiceClient(_account, credential);", TestName = "A field of an instance")]
    [TestCase("_client = new BlobServiceClient(_account, (TokenCredential)null!);", TestName = "Another credential")]
    [TestCase("_client = credential is null ? null : new BlobServiceClient(_account);", TestName = "A credential in a condition")]
    [TestCase("_name = Read(provider);", TestName = "What a method read that was given the services")]
    [TestCase("_counts.Add(new Orders(credential).Read());", TestName = "A collection of what a client read")]
    [TestCase("_requests.Add(provider, new BlobServiceClient(_account, credential));", TestName = "What leaves with its request")]
    public async Task What_a_static_member_does_not_keep_is_not_reported(string statements)
    {
        AnalyzedText text = await InAClassAsync(statements);

        Assert.That(text.Reported, Is.Empty);
    }

    [Test]
    public async Task Initializers_are_reported() => SharedClientTests.IsReportedAsMarked(await AnalyzedCode.MembersAsync("""
        private static IServiceProvider Services => null!;
        private static readonly BlobServiceClient Field = new(new Uri("https://a.example"), [|Services.GetRequiredService<UserCredential>()|]);
        private static readonly Lazy<Orders> Later = new(() => new Orders([|Services.GetRequiredService<UserCredential>()|]));
        private static Orders Property { get; } = new([|Services.GetRequiredService<UserCredential>()|]);
        private static Orders Computed => new(Services.GetRequiredService<UserCredential>());
        private static readonly Func<Orders> Function = () => new Orders(Services.GetRequiredService<IHttpContextAccessor>().HttpContext!.RequestServices.GetRequiredService<UserCredential>());
        """));

    [Test]
    public async Task Documentation_comments_and_attributes_are_not_reported()
    {
        AnalyzedText text = await AnalyzedCode.FileAsync("""
            /// <summary>See <see cref="UserCredential"/>.</summary>
            [System.Diagnostics.DebuggerTypeProxy(typeof(UserCredential))]
            internal static class Program
            {
                internal static string Name { get; } = nameof(UserCredential);
            }
            """);

        Assert.That(text.Reported, Is.Empty);
    }

    private static Task<AnalyzedText> InAClassAsync(string statements) => AnalyzedCode.MembersAsync($$"""
        private static readonly Uri _account = new("https://account.blob.core.windows.net");
        private static readonly AsyncLocal<UserCredential> _current = new();
        private static UserCredential? _credential;
        private static TokenCredential? _token;
        private static BlobServiceClient? _client;
        private static BlobContainerClient? _container;
        private static Func<string>? _read;
        private static Func<UserCredential, BlobServiceClient>? _create;
        private static Options? _options;
        private static string? _name;
        private static Prices? _prices;
        private static readonly System.Collections.Concurrent.ConcurrentDictionary<string, BlobServiceClient> _clients = new();
        private static readonly System.Runtime.CompilerServices.ConditionalWeakTable<IServiceProvider, BlobServiceClient> _requests = new();
        private static readonly List<string> _counts = new();
        private static Type? _type;
        private static BlobServiceClient? Client { get; set; }
        private BlobServiceClient? _field;

        private void Run(IServiceCollection services, IServiceProvider provider, WebApplication app, UserCredential credential)
        {
            {{statements}}
        }

        private static BlobServiceClient Create(TokenCredential credential) => new(_account, credential);

        private static BlobServiceClient Find(IServiceProvider all) => new(_account, all.GetRequiredService<UserCredential>());

        private static string Read(IServiceProvider all) => new Orders(all.GetRequiredService<UserCredential>()).Read();

        private sealed class Options { public TokenCredential? Credential { get; set; } }
        """);
}
