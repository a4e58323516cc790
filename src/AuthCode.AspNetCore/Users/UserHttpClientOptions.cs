namespace AuthCode;

/// <summary>What is known of an HTTP client by its name.</summary>
internal sealed class UserHttpClientOptions
{
    /// <summary>Whether it sends the token of the user.</summary>
    internal bool SendsUserToken { get; set; }
}
