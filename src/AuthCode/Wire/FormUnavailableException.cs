namespace AuthCode;

/// <summary>A form was to be sent a second time, or after its attempt had ended.</summary>
/// <remarks>Of no type that a handler below treats as a reason to repeat the request.</remarks>
internal sealed class FormUnavailableException(string message) : Exception(message)
{
    /// <summary>Whether an exception, or one inside it, is of this type.</summary>
    internal static bool IsIn(Exception? exception)
    {
        while (exception is not null and not FormUnavailableException)
        {
            exception = exception.InnerException;
        }

        return exception is not null;
    }
}
