namespace AuthCode.Testing.Errors;

/// <summary>An error as Entra ID tells it: the OAuth error, the AADSTS number, the text.</summary>
internal sealed record AadError(string Error, int Code, string Text)
{
    internal string? SubError { get; init; }

    internal string? Claims { get; init; }

    internal int StatusCode { get; init; } = 400;
}
