using System.Net;
using System.Text;

namespace AuthCode.Farm.Measuring;

/// <summary>Responds to token requests at once, once it is on, so that what is left is the cost of the store.</summary>
internal sealed class CannedRefreshes : DelegatingHandler
{
    internal const int AccessTokenLength = 2_000;
    internal const int RefreshTokenLength = 1_500;

    private int _number;

    internal bool IsOn { get; set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!IsOn)
        {
            return await base.SendAsync(request, cancellationToken);
        }

        await request.Content!.CopyToAsync(Stream.Null, cancellationToken);
        string number = $"{Interlocked.Increment(ref _number)}-";
        string json = $$"""{"token_type":"Bearer","expires_in":3600,"access_token":"{{number.PadRight(AccessTokenLength, 'A')}}","refresh_token":"{{number.PadRight(RefreshTokenLength, 'R')}}"}""";
        return new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = request, Content = new StringContent(json, Encoding.UTF8, "application/json") };
    }
}
