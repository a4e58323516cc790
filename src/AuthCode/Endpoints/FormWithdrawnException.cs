namespace AuthCode;

/// <summary>The form was withdrawn before it was sent (<see cref="EndpointForm.MayBeSent"/>).</summary>
internal sealed class FormWithdrawnException() : Exception("The request was withdrawn before it was sent.");
