namespace AuthCode.Testing.Errors;

/// <summary>An error of Entra ID: the OAuth error, the AADSTS number and the text.</summary>
internal sealed record AadError(string Error, int Code, string Text)
{
    internal string? SubError { get; init; }

    internal string? Claims { get; init; }

    internal int StatusCode { get; init; } = 400;

    internal string Description => $"AADSTS{Code}: {Text}";
}
