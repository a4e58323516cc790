namespace AuthCode.Testing.Errors;

/// <summary>Ends the processing of a request with an error response. The exception never leaves this library.</summary>
internal sealed class AadErrorException(AadError error) : Exception(error.Description)
{
    internal AadError Error { get; } = error;
}
