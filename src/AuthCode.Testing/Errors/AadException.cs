namespace AuthCode.Testing.Errors;

/// <summary>Ends the handling of a request with an error answer. It never leaves this library.</summary>
internal sealed class AadException(AadError error) : Exception(AadErrorPage.Describe(error))
{
    internal AadError Error { get; } = error;
}
