using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace AuthCode.Benchmarks.Subjects;

/// <summary>A token endpoint in memory: the same bytes for every subject, so that only the clients differ.</summary>
/// <remarks>It grants no reserved scope by name: MSAL drops tokens whose answer repeats them.</remarks>
internal sealed class TokenServer : HttpMessageHandler
{
    internal const int TokenLength = 1250;

    private static readonly MediaTypeHeaderValue Json = new("application/json") { CharSet = "utf-8" };
    private readonly byte[] _answer;
    private readonly bool _isStrict;
    private readonly TimeSpan _delay;
    private int _requests;
    private int _refused;
    private int _issued;
    private string? _current;

    /// <param name="life">How long its tokens live.</param>
    /// <param name="isStrict">Whether codes and refresh tokens work once.</param>
    /// <param name="delay">How long each answer takes.</param>
    internal TokenServer(TimeSpan? life = null, bool isStrict = false, TimeSpan delay = default)
    {
        _isStrict = isStrict;
        _delay = delay;
        _answer = Encoding.UTF8.GetBytes(AnswerOf(life ?? TimeSpan.FromHours(1), new string('R', TokenLength)));
        Life = life ?? TimeSpan.FromHours(1);
    }

    internal TimeSpan Life { get; set; }

    internal int Requests => _requests;

    internal int Refused => _refused;

    internal HttpClient ToClient() => new(this, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };

    internal static string AnswerOf(TimeSpan life, string refreshToken) =>
        $$"""
        {"token_type":"Bearer","scope":"{{The.Scope}}","expires_in":{{((int)life.TotalSeconds).ToString(CultureInfo.InvariantCulture)}},"ext_expires_in":3600,"access_token":"{{new string('A', TokenLength)}}","refresh_token":"{{refreshToken}}","id_token":"{{The.IdToken}}","client_info":"{{The.ClientInfo}}"}
        """;

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _requests);
        return Answer(_answer);
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _requests);
        return _isStrict ? SendStrictAsync(request) : Task.FromResult(Answer(_answer));
    }

    private static HttpResponseMessage Answer(byte[] body, HttpStatusCode status = HttpStatusCode.OK)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = Json;
        return new HttpResponseMessage(status) { Content = content };
    }

    private async Task<HttpResponseMessage> SendStrictAsync(HttpRequestMessage request)
    {
        using var body = new StreamReader(await request.Content!.ReadAsStreamAsync());
        string form = await body.ReadToEndAsync();
        string? grant = form.Split('&').Select(static field => field.Split('=')).FirstOrDefault(static pair => pair[0] is "code" or "refresh_token")?[1];
        bool good;
        string next;
        lock (this)
        {
            good = _current is null || _current == grant;
            next = $"refresh-{_issued++}-".PadRight(TokenLength, 'R');
            _current = good ? next : _current;
        }

        await Task.Delay(_delay, TimeProvider.System);
        if (good)
        {
            return Answer(Encoding.UTF8.GetBytes(AnswerOf(Life, next)));
        }

        Interlocked.Increment(ref _refused);
        return Answer("""{"error":"invalid_grant","error_description":"AADSTS54005: used"}"""u8.ToArray(), HttpStatusCode.BadRequest);
    }
}
