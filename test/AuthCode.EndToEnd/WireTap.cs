using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;

namespace AuthCode.EndToEnd;

/// <summary>Notes what goes over the wire, for what only the wire shows.</summary>
internal sealed class WireTap : DelegatingHandler
{
    private readonly ConcurrentQueue<(string Path, string Form, string Answer)> _requests = new();

    internal WireTap()
        : base(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
    {
    }

    internal IReadOnlyList<string> FormsAt(string path) => [.. _requests.Where(request => request.Path == path).Select(static request => request.Form)];

    internal IReadOnlyList<string> RefreshTokens => [.. _requests
        .Where(static request => request.Path == "/token" && request.Answer.Length > 0)
        .Select(static request => (string?)JsonNode.Parse(request.Answer)!["refresh_token"])
        .OfType<string>()];

    /// <summary>The value of a field of a form.</summary>
    internal static string? Field(string form, string name) => form.Split('&')
        .Select(static pair => pair.Split('='))
        .Where(pair => pair[0] == name)
        .Select(static pair => WebUtility.UrlDecode(pair[1]))
        .SingleOrDefault();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        (request.Content, string form) = await NoteAsync(request.Content);
        HttpResponseMessage answer = await base.SendAsync(request, cancellationToken);
        (answer.Content, string body) = await NoteAsync(answer.Content);
        _requests.Enqueue((request.RequestUri!.AbsolutePath, form, body));
        return answer;
    }

    // What has been read is gone: a copy goes on.
    private static async Task<(HttpContent? Copy, string Text)> NoteAsync(HttpContent? content)
    {
        if (content is null)
        {
            return (null, "");
        }

        string text = await BodyText.OfAsync(content);
        var copy = new StringContent(text);
        copy.Headers.ContentType = content.Headers.ContentType;
        return (copy, text);
    }
}
