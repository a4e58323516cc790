using Microsoft.CodeAnalysis;

namespace AuthCode.Analyzers.Tests;

/// <summary>AUTHCODE002 where a credential reaches a static member through other members of the class: what is marked is reported, and nothing else.</summary>
internal sealed class MemberTests
{
    [TestCase("internal BlobServiceClient Client => _client ??= [|Build()|]; private BlobServiceClient Build() => new(_account, user);", TestName = "A method that reads a parameter of the class")]
    [TestCase("private readonly UserCredential _user = user; internal BlobServiceClient Client => _client ??= [|Build()|]; private BlobServiceClient Build() => new(_account, _user);", TestName = "A method that reads a field")]
    [TestCase("private readonly TokenCredential _user = user; internal BlobServiceClient Client => _client ??= new(_account, [|_user|]);", TestName = "A field of a base type")]
    [TestCase("private TokenCredential User { get; } = user; internal BlobServiceClient Client => _client ??= new(_account, [|User|]);", TestName = "A property of a base type")]
    [TestCase("private readonly TokenCredential _user = user; internal BlobServiceClient Client => _client ??= [|Build()|]; private BlobServiceClient Build() => new(_account, _user);", TestName = "A method that reads a field of a base type")]
    [TestCase("private TokenCredential? _user; internal void Set(UserCredential other) => _user = other; internal BlobServiceClient Client => _client ??= new(_account, [|_user|]);", TestName = "A field that a method sets")]
    [TestCase("internal BlobServiceClient Client => _client ??= [|Build()|]; private BlobServiceClient Build() => Make(); private BlobServiceClient Make() { var client = new BlobServiceClient(_account, user); return client; }", TestName = "A method that calls another")]
    [TestCase("internal BlobServiceClient Client => _client ??= [|Mine|]; private BlobServiceClient Mine => new(_account, user);", TestName = "A computed property")]
    [TestCase("internal void Run() => LazyInitializer.EnsureInitialized(ref _client, [|Build|]); private BlobServiceClient Build() => new(_account, user);", TestName = "A method that LazyInitializer calls")]
    [TestCase("internal async Task Run() => _client = await [|BuildAsync(\"orders\")|]; private async Task<BlobServiceClient> BuildAsync(string name) { await Task.Yield(); return new(new Uri(_account, name), user); }", TestName = "A method that is given text")]
    [TestCase("internal static void Run(UserCredential credential) { _client = [|Make()|]; BlobServiceClient Make() => new(_account, credential); }", TestName = "A local function")]
    [TestCase("internal static void Run(IServiceCollection services, UserCredential credential) { services.AddSingleton([|Make()|]); BlobServiceClient Make() => new(_account, credential); }", TestName = "A local function that makes a singleton")]
    public async Task A_credential_that_another_member_reads_is_reported(string members) => SharedClientTests.IsReportedAsMarked(await InAClassAsync(members));

    [TestCase("private BlobServiceClient? _own; internal BlobServiceClient Client => _own ??= Build(); private BlobServiceClient Build() => new(_account, user);", TestName = "A field of the instance")]
    [TestCase("internal void Run() => _name = Build().AccountName; private BlobServiceClient Build() => new(_account, user);", TestName = "What a client read")]
    [TestCase("internal void Run() => _name = Read(); private string Read() => new Orders(user).Read();", TestName = "A method that returns text")]
    [TestCase("internal void Run() => _prices = Load(); private Prices Load() => new Orders(user).Load();", TestName = "A method that returns data")]
    [TestCase("private readonly TokenCredential _user = user; internal void Run() => _name = _user.ToString();", TestName = "Text of a field")]
    [TestCase("private readonly TokenCredential _user = user; private readonly TokenCredential _app = null!; internal BlobServiceClient Client => _client ??= new(_account, _app);", TestName = "Another field")]
    [TestCase("internal BlobServiceClient Client => _client ??= Build(); private BlobServiceClient Build() => new(_account, user is null ? _app : null); private TokenCredential? _app;", TestName = "A method that only asks")]
    [TestCase("internal static TokenCredential A => B; internal static TokenCredential B => A; internal BlobServiceClient Build() => Make(); internal BlobServiceClient Make() => Build(); internal void Run() => _client = Make();", TestName = "Members that call each other")]
    public async Task What_no_member_leads_to_is_not_reported(string members)
    {
        AnalyzedText text = await InAClassAsync(members);

        Assert.That(text.Reported, Is.Empty);
    }

    // Editors show what carries the tag only after a build.
    [TestCase("internal BlobServiceClient Client => _client ??= new(_account, user);", false, TestName = "What one member shows is reported at once")]
    [TestCase("internal BlobServiceClient Client => _client ??= Build(); private BlobServiceClient Build() => new(_account, user);", true, TestName = "What several members show is reported at the end")]
    public async Task Only_what_needs_all_members_is_reported_at_the_end_of_the_compilation(string members, bool isAtTheEnd)
    {
        AnalyzedText text = await InAClassAsync(members);

        Assert.That(text.Diagnostics.Single().Descriptor.CustomTags.Contains(WellKnownDiagnosticTags.CompilationEnd), Is.EqualTo(isAtTheEnd));
    }

    private static Task<AnalyzedText> InAClassAsync(string members) => AnalyzedCode.FileAsync($$"""
        internal sealed class Service(UserCredential user)
        {
            private static readonly Uri _account = new("https://account.blob.core.windows.net");
            private static BlobServiceClient? _client;
            private static string? _name;
            private static Prices? _prices;

            internal string Description => user.ToString()!;

            {{members}}
        }
        """);
}
