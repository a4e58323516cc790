using System.Diagnostics;
using System.Net;
using System.Reflection;
using System.Text;
using System.Text.Json;
using AuthCode.Tests.Scenarios.Faults;

namespace AuthCode.Tests.Scenarios.Leaks;

/// <summary>No code, token, secret, assertion or verifier in anything that the process writes, whatever goes wrong and whatever the server repeats.</summary>
internal sealed class LeakTests(bool isAsync) : BothWays(isAsync)
{
    private readonly Canaries _canaries = new();

    [Test]
    public async Task A_whole_session_writes_no_secret()
    {
        using var sink = new EverySink();
        await using var server = new SocketServer([Token("one"), Token("two"), React.Error("invalid_grant")]);
        await using AuthorizationCodeCredential credential = Credential(server, sink);

        await GetToken(credential, The.Vault);
        await GetToken(credential, The.Storage);
        sink.Add((await Failure(credential, Some.Request("api://app/read"))).ToString());

        AssertSilence(sink);
    }

    private static IEnumerable<TestCaseData> Faults()
    {
        yield return Row("a reset", React.Reset());
        yield return Row("an end", React.Close());
        yield return Row("a page with 200", React.Html("200 OK"));
        yield return Row("a page with 500", React.Html("500 Oops"));
        yield return Row("not JSON", React.Json("{oops"));
        yield return Row("an endless body", React.Endless());
        yield return Row("throttling", React.Html("429 Slow", "Retry-After: 3600\r\n"));

        static TestCaseData Row(string name, Reaction reaction) => new TestCaseData(reaction).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Faults))]
    public async Task A_fault_writes_no_secret(Reaction reaction)
    {
        using var sink = new EverySink();
        await using var server = new SocketServer([reaction, reaction]);
        await using AuthorizationCodeCredential credential = Credential(server, sink);

        AuthenticationFailedException failure = await Failure(credential);
        sink.Add(failure.ToString());

        AssertSilence(sink);
    }

    [Test]
    public async Task No_object_of_a_live_credential_prints_a_secret()
    {
        using var sink = new EverySink();
        await using var server = new SocketServer([Token("one")]);
        await using AuthorizationCodeCredential credential = Credential(server, sink);
        await GetToken(credential, The.Vault);

        foreach (object part in PartsOf(credential))
        {
            sink.Add($"{part.GetType()} {part} {DebuggerTextOf(part)}");
        }

        AssertSilence(sink);
    }

    private static readonly string[] Echoes = ["{0}", "before {0} after", "\\u0022{0}\\u0022", "%22{0}%22"];

    [TestCaseSource(nameof(Echoes))]
    public async Task A_server_that_repeats_a_secret_is_not_quoted(string pattern)
    {
        using var sink = new EverySink();
        string echo = string.Format(System.Globalization.CultureInfo.InvariantCulture, pattern, _canaries["code"]);
        string echoes = string.Join(' ', Canaries.FormsOf(_canaries["verifier"]).Append(echo));
        var json = JsonSerializer.Serialize(new Dictionary<string, string>
        {
            ["error"] = echo,
            ["error_description"] = echoes,
            ["error_uri"] = $"https://x.example/{echo}",
            ["suberror"] = echo,
            ["trace_id"] = echo,
            ["claims"] = $$"""{"a":"{{_canaries["secret"]}}"}""",
            ["correlation_id"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(_canaries["secret"])),
        });
        await using var server = new SocketServer([React.Json(json, "400 Bad Request")]);
        await using AuthorizationCodeCredential credential = Credential(server, sink);

        AuthenticationFailedException failure = await Failure(credential);
        sink.Add(failure.ToString());
        sink.Add(JsonSerializer.Serialize(failure.Response));

        AssertSilence(sink);
    }

    [Test]
    public async Task A_redirect_that_repeats_a_secret_is_not_quoted()
    {
        using var sink = new EverySink();
        await using var server = new SocketServer([React.Redirect(HttpStatusCode.Found, new Uri($"https://x.example/?c={_canaries["code"]}"))]);
        await using AuthorizationCodeCredential credential = Credential(server, sink);

        sink.Add((await Failure(credential)).ToString());

        AssertSilence(sink);
    }

    private Reaction Token(string name) => React.Json(Answer.TokenJson(_canaries[$"access-{name}"], _canaries[$"refresh-{name}"]));

    private AuthorizationCodeCredential Credential(SocketServer server, EverySink sink)
    {
        var options = new AuthorizationCodeCredentialOptions
        {
            AuthorityHost = server.Authority,
            RedirectUri = The.Redirect,
            CodeVerifier = _canaries["verifier"],
            LoggerFactory = sink.Log,
        };
        options.Retry.Delay = TimeSpan.Zero;
        return new AuthorizationCodeCredential(The.Tenant, The.Client, _canaries["secret"], _canaries["code"], options);
    }

    private void AssertSilence(EverySink sink) => Assert.Multiple(() =>
    {
        Assert.That(sink.Everything, Is.Not.Empty, "the sinks hear something");
        Assert.That(_canaries.FoundIn(sink.Everything), Is.Empty);
    });

    /// <summary>Everything of ours that can be reached from an object.</summary>
    private static HashSet<object> PartsOf(object root)
    {
        var parts = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var open = new Stack<object>([root]);
        while (open.TryPop(out object? part))
        {
            if (part is string || part.GetType().IsPrimitive || part is Type or Delegate || !parts.Add(part))
            {
                continue;
            }

            IEnumerable<object?> next = part is System.Collections.IEnumerable items ? items.Cast<object?>() : [];
            if (part.GetType().Assembly == typeof(AuthorizationCodeCredential).Assembly)
            {
                next = next.Concat(FieldsOf(part.GetType()).Select(field => field.GetValue(part)));
            }

            foreach (object child in next.OfType<object>().Where(static child => child is not byte[]))
            {
                open.Push(child);
            }
        }

        return parts;
    }

    private static IEnumerable<FieldInfo> FieldsOf(Type? type) => type is null
        ? []
        : type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly).Concat(FieldsOf(type.BaseType));

    private static string DebuggerTextOf(object part) => part.GetType().GetCustomAttribute<DebuggerDisplayAttribute>()?.Value ?? "";
}
