namespace AuthCode.Analyzers.Tests;

/// <summary>AUTHCODE002 for what a client or a credential hands out: a container, a sender or a token is reported, and data is not.</summary>
internal sealed class HandedOutTests
{
    [TestCase("_container = new CosmosClient(\"a\", [|credential|]).GetContainer(\"a\", \"b\");", TestName = "A container in a static field")]
    [TestCase("_container = new CosmosClient(\"a\", [|credential|]).GetDatabase(\"a\").GetContainer(\"b\");", TestName = "A container of a database")]
    [TestCase("var client = new CosmosClient(\"a\", credential); _container = [|client|].GetContainer(\"a\", \"b\");", TestName = "A container of a client in a variable")]
    [TestCase("_later = new Lazy<Container>(() => new CosmosClient(\"a\", [|credential|]).GetContainer(\"a\", \"b\"));", TestName = "A container that is created later")]
    [TestCase("_container = await (await new CosmosClient(\"a\", [|credential|]).CreateDatabaseIfNotExistsAsync(\"a\")).Database.CreateContainerIfNotExistsAsync(\"b\", \"/id\");", TestName = "A container that a response is converted to")]
    [TestCase("_container = (await new CosmosClient(\"a\", [|credential|]).GetDatabase(\"a\").CreateContainerIfNotExistsAsync(\"b\", \"/id\")).Container;", TestName = "A container of a response")]
    [TestCase("services.AddSingleton(new CosmosClient(\"a\", [|credential|]).GetContainer(\"a\", \"b\"));", TestName = "A container as a singleton")]
    [TestCase("var client = new CosmosClient(\"a\", credential); services.AddSingleton([|client|].GetContainer(\"a\", \"b\"));", TestName = "A container of a client in a variable as a singleton")]
    [TestCase("_sender = new ServiceBusClient(\"a\", [|credential|]).CreateSender(\"orders\");", TestName = "A sender in a static field")]
    [TestCase("services.AddSingleton(new ServiceBusClient(\"a\", [|credential|]).CreateSender(\"orders\"));", TestName = "A sender as a singleton")]
    [TestCase("_receiver = await new ServiceBusClient(\"a\", [|credential|]).AcceptNextSessionAsync(\"orders\");", TestName = "A receiver that is awaited")]
    public async Task What_works_with_the_credential_of_its_client_is_reported(string statements) => SharedClientTests.IsReportedAsMarked(await InAClassAsync(statements));

    [TestCase("_token = [|credential|].GetToken(_request, default);", TestName = "A token")]
    [TestCase("_token = await [|credential|].GetTokenAsync(_request, default);", TestName = "A token, awaited")]
    [TestCase("_token = await [|credential|].GetTokenAsync(_request, default).ConfigureAwait(false);", TestName = "A token, awaited on any thread")]
    [TestCase("TokenCredential same = credential; _token = await [|same|].GetTokenAsync(_request, default);", TestName = "A token of a TokenCredential")]
    [TestCase("_tokenTask = [|credential|].GetTokenAsync(_request, default).AsTask();", TestName = "A task of a token")]
    [TestCase("_tokens[\"user\"] = await [|credential|].GetTokenAsync(_request, default);", TestName = "A token in a collection")]
    [TestCase("_token = await GetAsync([|credential|]);", TestName = "A token of a method")]
    [TestCase("_text = (await [|credential|].GetTokenAsync(_request, default)).Token;", TestName = "The text of a token")]
    [TestCase("AccessToken token = await credential.GetTokenAsync(_request, default); _text = [|token|].Token;", TestName = "The text of a token in a variable")]
    [TestCase("_token = await [|context.GetUserTokenAsync(\"orders\")|];", TestName = "A token of GetUserTokenAsync")]
    [TestCase("services.AddSingleton(new Sent([|credential|].GetToken(_request, default)));", TestName = "A singleton with a token")]
    public async Task A_token_is_reported(string statements) => SharedClientTests.IsReportedAsMarked(await InAClassAsync(statements));

    [TestCase("_text = new CosmosClient(\"a\", credential).GetContainer(\"a\", \"b\").Id;", TestName = "The name of a container")]
    [TestCase("_address = new CosmosClient(\"a\", credential).Endpoint;", TestName = "The address of a client")]
    [TestCase("_prices = (await new CosmosClient(\"a\", credential).GetContainer(\"a\", \"b\").ReadItemAsync<Prices>(\"c\")).Resource;", TestName = "An item of a container")]
    [TestCase("_properties = (await new CosmosClient(\"a\", credential).GetDatabase(\"a\").CreateContainerIfNotExistsAsync(\"b\", \"/id\")).Resource;", TestName = "The properties of a container")]
    [TestCase("_message = await new ServiceBusClient(\"a\", credential).CreateReceiver(\"orders\").ReceiveMessageAsync();", TestName = "A message")]
    [TestCase("var client = new CosmosClient(\"a\", credential); services.AddSingleton(client.Endpoint);", TestName = "The address of a client as a singleton")]
    [TestCase("_expiry = (await credential.GetTokenAsync(_request, default)).ExpiresOn;", TestName = "When a token expires")]
    [TestCase("AccessToken token = await credential.GetTokenAsync(_request, default); _count = token.Token.Length;", TestName = "The length of a token")]
    [TestCase("services.AddSingleton<Func<ValueTask<AccessToken>>>(all => () => all.GetRequiredService<IHttpContextAccessor>().HttpContext!.GetUserTokenAsync(\"orders\"));", TestName = "A singleton that acquires the token of each request")]
    public async Task Data_is_not_reported(string statements)
    {
        AnalyzedText text = await InAClassAsync(statements);

        Assert.That(text.Reported, Is.Empty);
    }

    private static Task<AnalyzedText> InAClassAsync(string statements) => AnalyzedCode.MembersAsync($$"""
        private static readonly TokenRequestContext _request = new(["orders"]);
        private static readonly Dictionary<string, AccessToken> _tokens = new();
        private static Container? _container;
        private static ContainerProperties? _properties;
        private static Lazy<Container>? _later;
        private static ServiceBusSender? _sender;
        private static ServiceBusReceiver? _receiver;
        private static ServiceBusReceivedMessage? _message;
        private static Prices? _prices;
        private static AccessToken _token;
        private static Task<AccessToken>? _tokenTask;
        private static string? _text;
        private static Uri? _address;
        private static DateTimeOffset _expiry;
        private static int _count;

        private static async Task Run(IServiceCollection services, HttpContext context, UserCredential credential)
        {
            await Task.Yield();
            {{statements}}
        }

        private static ValueTask<AccessToken> GetAsync(TokenCredential credential) => credential.GetTokenAsync(_request, default);

        private sealed record Sent(AccessToken Token);
        """);
}
