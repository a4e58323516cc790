namespace AuthCode;

/// <summary>A caller's function that creates HTTP clients failed, or returned none.</summary>
internal sealed class HttpClientUnavailableException(Exception? cause) : InvalidOperationException("There is no HTTP client.", cause)
{
    internal static HttpClient Guard(Func<HttpClient> create)
    {
        HttpClient? client;
        try
        {
            client = create();
        }
        catch (Exception e)
        {
            throw new HttpClientUnavailableException(e);
        }

        return client ?? throw new HttpClientUnavailableException(cause: null);
    }
}
