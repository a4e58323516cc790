using System.Net.Http.Headers;
using System.Text;

namespace AuthCode.Testing.Tests;

/// <summary>What is no well-formed token request, and is refused before any grant is looked at.</summary>
internal sealed class RequestShapeTests : IDisposable
{
    private readonly Caller _caller = new();

    public void Dispose() => _caller.Dispose();

    private string Good => $"client_id={_caller.Aad.ClientId}&client_secret={_caller.Aad.ClientSecret}&grant_type=authorization_code&code={_caller.Aad.IssueCode(The.Vault)}"
        + $"&redirect_uri={Uri.EscapeDataString(_caller.Aad.RedirectUri.OriginalString)}&scope={Uri.EscapeDataString(The.Vault)}";

    [TestCase("application/x-www-form-urlencoded")]
    [TestCase("application/x-www-form-urlencoded; charset=utf-8")]
    [TestCase("Application/X-WWW-Form-Urlencoded")]
    public async Task A_form_is_taken(string mediaType) => Assert.That(await PostAsync(Good, mediaType), Reply.Granted);

    [TestCase("application/json")]
    [TestCase("text/plain")]
    [TestCase("multipart/form-data; boundary=x")]
    [TestCase("application/x-www-form-urlencodedx")]
    [TestCase(null)]
    public async Task Another_media_type_is_refused(string? mediaType) => Assert.That(await PostAsync(Good, mediaType), Refused);

    [TestCase("scope=openid")]
    [TestCase("grant_type=authorization_code")]
    [TestCase("client_id=")]
    [TestCase("unknown=1&unknown=1")]
    public async Task A_field_twice_is_refused(string more) => Assert.That(await PostAsync($"{Good}&{more}"), Refused);

    [Test]
    public async Task A_refused_form_leaves_the_code()
    {
        string form = Good;
        await PostAsync(form + "&scope=openid");
        await PostAsync(form, "text/plain");

        Assert.That(await PostAsync(form), Reply.Granted);
    }

    [Test]
    public async Task An_unknown_field_is_ignored() => Assert.That(await PostAsync(Good + "&unknown=1&Scope=x"), Reply.Granted);

    [Test]
    public async Task A_query_is_not_read()
    {
        Reply get = await _caller.GetAsync(new Uri($"{_caller.Aad.TokenEndpoint()}?{Good}"));
        Reply post = await PostAsync("", uri: new Uri($"{_caller.Aad.TokenEndpoint()}?{Good}"));

        Assert.That(get, Refused);
        Assert.That(post, Reply.Refused("invalid_request", 900144));
    }

    [TestCase("GET")]
    [TestCase("PUT")]
    [TestCase("DELETE")]
    public async Task Another_method_is_refused(string method)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), _caller.Aad.TokenEndpoint());
        request.Content = method == "GET" ? null : Form(Good);

        Assert.That(await _caller.SendAsync(request), Refused);
    }

    [TestCase("&")]
    [TestCase("=")]
    [TestCase("&&=&=x&")]
    [TestCase("%")]
    [TestCase("%zz=%zz")]
    [TestCase("\0")]
    public async Task Garbage_is_an_error_and_no_crash(string body)
    {
        Reply reply = await PostAsync(body);

        Assert.That(reply.Error, Is.EqualTo("invalid_request"));
    }

    private static NUnit.Framework.Constraints.IResolveConstraint Refused => Reply.Refused("invalid_request", 9002313);

    private Task<Reply> PostAsync(string body, string? mediaType = "application/x-www-form-urlencoded", Uri? uri = null) => _caller.PostAsync(Form(body, mediaType), uri);

    private static ByteArrayContent Form(string body, string? mediaType = "application/x-www-form-urlencoded")
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = mediaType is null ? null : MediaTypeHeaderValue.Parse(mediaType);
        return content;
    }
}
