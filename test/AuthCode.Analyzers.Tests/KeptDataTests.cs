namespace AuthCode.Analyzers.Tests;

/// <summary>AUTHCODE002 for what a function or a method returns to a static member: a client is reported, and data is not.</summary>
internal sealed class KeptDataTests
{
    [TestCase("_names.GetOrAdd(context.User.GetAccountKey()!, _ => new Orders(credential).Read());", TestName = "Text")]
    [TestCase("_names.GetOrAdd(\"user\", _ => { var orders = new Orders(credential); return orders.Read(); });", TestName = "Text, from a block")]
    [TestCase("_names.GetOrAdd(\"user\", static (_, user) => new Orders(user).Read(), credential);", TestName = "Text, with a credential as the argument of the function")]
    [TestCase("Func<string, string> read = _ => new Orders(credential).Read(); _names.GetOrAdd(\"user\", read);", TestName = "Text, from a function in a variable")]
    [TestCase("_tasks.GetOrAdd(\"user\", async _ => { await Task.Yield(); return new Orders(credential).Load(); });", TestName = "A task of data")]
    [TestCase("_tasks.GetOrAdd(\"user\", _ => LoadAsync(credential));", TestName = "A task of data, from a method")]
    [TestCase("LazyInitializer.EnsureInitialized(ref _prices, () => new Orders(credential).Load());", TestName = "An object without a credential")]
    [TestCase("_later = new Lazy<string>(() => new Orders(credential).Read());", TestName = "Text, read later")]
    [TestCase("_prices = Load(credential);", TestName = "An object without a credential, from a method")]
    [TestCase("_name = Describe(credential);", TestName = "A record without a credential, from a method")]
    [TestCase("_prices = await LoadAsync(credential).ConfigureAwait(false);", TestName = "An object without a credential, awaited")]
    [TestCase("_properties = await ReadAsync(credential);", TestName = "An object of another assembly without a credential")]
    [TestCase("_growing = Grow(credential);", TestName = "An object of a class that contains itself")]
    [TestCase("Fill(credential, ref _text);", TestName = "Text by reference")]
    [TestCase("cache.GetOrCreate(\"user\", _ => new Orders(credential).Read());", TestName = "Text in a memory cache")]
    [TestCase("_price = PriceOf(credential);", TestName = "An interface of data")]
    [TestCase("_shape = ShapeOf(credential);", TestName = "An abstract class of data")]
    [TestCase("_unknown = Unknown(credential);", TestName = "An interface of data that nothing implements")]
    [TestCase("_pages = PagesOf(credential);", TestName = "A generic interface of data")]
    public async Task Data_is_not_reported(string statements)
    {
        AnalyzedText text = await InAClassAsync(statements);

        Assert.That(text.Reported, Is.Empty);
    }

    [TestCase("_clients.GetOrAdd(\"user\", _ => new BlobServiceClient(_account, [|credential|]));", TestName = "A client")]
    [TestCase("_clients.GetOrAdd(\"user\", _ => { var client = new BlobServiceClient(_account, credential); return [|client|]; });", TestName = "A client, from a block")]
    [TestCase("_clients.GetOrAdd(\"user\", _ => { try { return new BlobServiceClient(_account, [|credential|]); } finally { } });", TestName = "A client, from a block within a block")]
    [TestCase("_clients.GetOrAdd(\"user\", static (_, user) => new BlobServiceClient(_account, user), [|credential|]);", TestName = "A client, with a credential as the argument of the function")]
    [TestCase("LazyInitializer.EnsureInitialized(ref _client, () => Create([|credential|]));", TestName = "A client, from a method")]
    [TestCase("_laterClient = new Lazy<BlobServiceClient>(() => new BlobServiceClient(_account, [|credential|]));", TestName = "A client, created later")]
    [TestCase("_client = await CreateAsync([|credential|]);", TestName = "A client, awaited")]
    [TestCase("_client = await CreateAsync([|credential|]).ConfigureAwait(false);", TestName = "A client, awaited on any thread")]
    [TestCase("_clientTask = Task.FromResult(new BlobServiceClient(_account, [|credential|]));", TestName = "A task of a client")]
    [TestCase("_clientTask = CreateAsync([|credential|]);", TestName = "A task of a client, from a method")]
    [TestCase("_set = Gather([|credential|]);", TestName = "An object that contains clients, from a method")]
    [TestCase("Fill([|credential|], ref _client);", TestName = "A client by reference")]
    [TestCase("cache.GetOrCreate(\"user\", _ => new BlobServiceClient(_account, [|credential|]));", TestName = "A client that a memory cache creates")]
    [TestCase("cache.Set(\"user\", new BlobServiceClient(_account, [|credential|]));", TestName = "A client in a memory cache")]
    [TestCase("_store = StoreOf([|credential|]);", TestName = "An interface that a client implements")]
    [TestCase("_base = Derived([|credential|]);", TestName = "An abstract class that a client is derived from, by another class")]
    [TestCase("_remote = Remote([|credential|]);", TestName = "An interface that works asynchronously and that nothing implements")]
    [TestCase("_owner = Owner([|credential|]);", TestName = "An interface with a client that nothing implements")]
    [TestCase("_clientPages = ClientPages([|credential|]);", TestName = "A generic interface of clients")]
    public async Task A_client_is_reported(string statements) => SharedClientTests.IsReportedAsMarked(await InAClassAsync(statements));

    private static Task<AnalyzedText> InAClassAsync(string statements) => AnalyzedCode.MembersAsync($$"""
        private static readonly Uri _account = new("https://account.blob.core.windows.net");
        private static readonly ConcurrentDictionary<string, string> _names = new();
        private static readonly ConcurrentDictionary<string, Task<Prices>> _tasks = new();
        private static readonly ConcurrentDictionary<string, BlobServiceClient> _clients = new();
        private static Prices? _prices;
        private static Name? _name;
        private static string? _text;
        private static Growing<int>? _growing;
        private static Lazy<string>? _later;
        private static Azure.Storage.Blobs.Models.BlobProperties? _properties;
        private static BlobServiceClient? _client;
        private static Lazy<BlobServiceClient>? _laterClient;
        private static Task<BlobServiceClient>? _clientTask;

        private static IPrice? _price;
        private static Shape? _shape;
        private static IUnknown? _unknown;
        private static IPages<IPrice>? _pages;
        private static IPages<BlobServiceClient>? _clientPages;
        private static IStore? _store;
        private static Base? _base;
        private static IRemote? _remote;
        private static IOwner? _owner;

        private interface IPrice { decimal Amount { get; } Task<string> DescribeAsync(); }
        private sealed record Price(decimal Amount) : IPrice { public Task<string> DescribeAsync() => Task.FromResult(""); }
        private static IPrice PriceOf(TokenCredential credential) => new Price(credential.ToString()!.Length);

        private abstract record Shape(string Name, Shape? Next);
        private sealed record Square(string Name, int Side) : Shape(Name, null);
        private static Shape ShapeOf(TokenCredential credential) => new Square(credential.ToString()!, 1);

        private interface IUnknown { string Name { get; } string Read(); }
        private static IUnknown Unknown(TokenCredential credential) => throw new NotSupportedException(credential.ToString());

        private interface IPages<T> { IReadOnlyList<T> Items { get; } }
        private sealed class Pages<T> : IPages<T> { public IReadOnlyList<T> Items { get; } = []; }
        private static IPages<IPrice> PagesOf(TokenCredential credential) => new Pages<IPrice>();
        private static IPages<BlobServiceClient> ClientPages(TokenCredential credential) => new Pages<BlobServiceClient>();

        private interface IStore { string Read(); }
        private sealed class Store(TokenCredential credential) : IStore { public string Read() => credential.ToString()!; }
        private static IStore StoreOf(TokenCredential credential) => new Store(credential);

        private abstract class Base { internal abstract string Read(); }
        private class Empty : Base { internal override string Read() => ""; }
        private sealed class Full(TokenCredential credential) : Empty { internal override string Read() => credential.ToString()!; }
        private static Base Derived(TokenCredential credential) => new Full(credential);

        private interface IRemote { Task<string> ReadAsync(); }
        private static IRemote Remote(TokenCredential credential) => throw new NotSupportedException(credential.ToString());

        private interface IOwner { BlobServiceClient Client { get; } }
        private static IOwner Owner(TokenCredential credential) => throw new NotSupportedException(credential.ToString());

        private static async Task Run(HttpContext context, IMemoryCache cache, UserCredential credential)
        {
            await Task.Yield();
            {{statements}}
        }

        private static Prices Load(TokenCredential credential) => new Orders(credential).Load();

        private static Set? _set;

        private static Set Gather(TokenCredential credential) => new() { Clients = { Create(credential) } };

        private sealed class Set { public List<string> Names { get; } = new(); public List<BlobServiceClient> Clients { get; } = new(); }

        private static Growing<int> Grow(TokenCredential credential) => new() { Name = credential.ToString() };

        private sealed class Growing<T> { public string? Name; public Growing<Growing<T>>? Next; public List<Growing<T[]>>? Others; }

        private static Task<Prices> LoadAsync(TokenCredential credential) => Task.FromResult(new Orders(credential).Load());

        private static Name Describe(TokenCredential credential) => new(credential.ToString()!);

        private static Task<Azure.Storage.Blobs.Models.BlobProperties> ReadAsync(TokenCredential credential) => new BlobServiceClient(_account, credential)
            .GetBlobContainerClient("orders").GetBlobClient("first").GetPropertiesAsync().ContinueWith(task => task.Result.Value);

        private static void Fill(TokenCredential credential, ref string? text) => text = credential.ToString();

        private static void Fill(TokenCredential credential, ref BlobServiceClient? client) => client = new(_account, credential);

        private static BlobServiceClient Create(TokenCredential credential) => new(_account, credential);

        private static Task<BlobServiceClient> CreateAsync(TokenCredential credential) => Task.FromResult(new BlobServiceClient(_account, credential));
        """);
}
