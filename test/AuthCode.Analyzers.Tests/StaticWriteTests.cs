namespace AuthCode.Analyzers.Tests;

/// <summary>AUTHCODE002 for the ways to write to a static member: what is marked is reported, and nothing else.</summary>
internal sealed class StaticWriteTests
{
    [TestCase("_list = [[|credential|]];", TestName = "A collection expression")]
    [TestCase("_list = new() { [|credential|] };", TestName = "A collection initializer")]
    [TestCase("_array[0] = [|credential|];", TestName = "An element of an array")]
    [TestCase("_list.AddRange(new[] { [|credential|] });", TestName = "AddRange")]
    [TestCase("_record = new Pair(null) with { Token = [|credential|] };", TestName = "A with expression")]
    [TestCase("(_client, _token) = (new BlobServiceClient(_account, [|credential|]), null);", TestName = "The assignment of a tuple")]
    [TestCase("var (client, _) = (new BlobServiceClient(_account, credential), 1); _client = [|client|];", TestName = "A tuple of variables")]
    [TestCase("if (provider.GetService(typeof(UserCredential)) is TokenCredential user) { _client = new BlobServiceClient(_account, [|user|]); }", TestName = "The variable of a pattern")]
    [TestCase("if ((object)credential is not TokenCredential user) { return; } _token = [|user|];", TestName = "The variable of a negated pattern")]
    [TestCase("_holder.Client = new BlobServiceClient(_account, [|credential|]);", TestName = "A field of a static object")]
    [TestCase("_holder.Token = [|credential|];", TestName = "A property of a static object")]
    [TestCase("_holder.List.Add([|credential|]);", TestName = "A collection of a static object")]
    [TestCase("_maybe?.List.Add([|credential|]);", TestName = "A collection of a static object that may be null")]
    [TestCase("Get(credential, out var user); _token = [|user|];", TestName = "The variable of an out argument")]
    [TestCase("Get([|credential|], out _token);", TestName = "An out argument")]
    [TestCase("ref var reference = ref _token; reference = [|credential|];", TestName = "A reference to a static field")]
    [TestCase("foreach (TokenCredential user in new TokenCredential[] { credential }) { _token = [|user|]; }", TestName = "The variable of a loop")]
    [TestCase("var holder = new Holder(); holder.Token = credential; _holder = [|holder|];", TestName = "An object in a variable")]
    [TestCase("var users = new TokenCredential[] { credential }; _token = [|users|][0];", TestName = "An element of an array in a variable")]
    [TestCase("Event += () => [|credential|].ToString();", TestName = "A handler of a static event")]
    public async Task A_write_to_a_static_member_is_reported(string statements) => SharedClientTests.IsReportedAsMarked(await InAClassAsync(statements));

    [TestCase("_array[0] = null!; _list = [null!]; _ = new TokenCredential[] { credential };", TestName = "Another element")]
    [TestCase("_named = new Named(null) with { Text = credential.ToString() };", TestName = "A with expression with text")]
    [TestCase("TokenCredential? user; (_token, user) = (null, credential);", TestName = "Another element of a tuple")]
    [TestCase("if (provider.GetService(typeof(UserCredential)) is TokenCredential user) { _text = user.ToString(); }", TestName = "Text of the variable of a pattern")]
    [TestCase("_accessor.HttpContext!.Items[\"user\"] = credential;", TestName = "An item of the current request")]
    [TestCase("Current.Token = credential;", TestName = "An object that a computed property finds")]
    [TestCase("_flow.Value!.Token = credential;", TestName = "An object of an AsyncLocal")]
    [TestCase("_holder.Text = credential.ToString();", TestName = "Text in a static object")]
    [TestCase("new Holder().Token = credential;", TestName = "Another object")]
    [TestCase("InstanceEvent += () => credential.ToString();", TestName = "A handler of an event of an instance")]
    [TestCase("Event -= () => credential.ToString();", TestName = "A handler that is removed")]
    [TestCase("foreach (char letter in new Orders(credential).Read()) { _text = letter.ToString(); }", TestName = "A loop over text")]
    public async Task What_is_not_written_to_a_static_member_is_not_reported(string statements)
    {
        AnalyzedText text = await InAClassAsync(statements);

        Assert.That(text.Reported, Is.Empty);
    }

    private static Task<AnalyzedText> InAClassAsync(string statements) => AnalyzedCode.MembersAsync($$"""
        private static readonly Uri _account = new("https://account.blob.core.windows.net");
        private static readonly HttpContextAccessor _accessor = new();
        private static readonly AsyncLocal<Holder> _flow = new();
        private static readonly TokenCredential[] _array = new TokenCredential[1];
        private static List<TokenCredential> _list = new();
        private static Holder _holder = new();
        private static Holder? _maybe = null;
        private static Pair? _record;
        private static Named? _named;
        private static BlobServiceClient? _client;
        private static TokenCredential? _token;
        private static string? _text;
        private static event Action? Event;
        private event Action? InstanceEvent;
        private static Holder Current => (Holder)_accessor.HttpContext!.Items["holder"]!;

        private void Run(IServiceProvider provider, UserCredential credential)
        {
            {{statements}}
        }

        private static void Get(TokenCredential credential, out TokenCredential? same) => same = credential;

        private sealed record Pair(TokenCredential? Token);

        private sealed record Named(string? Text);

        private sealed class Holder { public BlobServiceClient? Client; public TokenCredential? Token { get; set; } public List<TokenCredential> List { get; } = new(); public string? Text; }
        """);
}
