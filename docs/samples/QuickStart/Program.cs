using AuthCode;
using QuickStart;

// Without arguments: the life of a session against a fake of Entra ID in this process.
// With --tenant and --client-id: a real sign-in, against the real Entra ID.
if (args.Length == 0)
{
    await Tour.RunAsync();
    return 0;
}

if (RealSignIn.Parse(args) is not { } signIn)
{
    Console.Error.WriteLine(RealSignIn.Usage);
    return 2;
}

try
{
    await signIn.RunAsync();
    return 0;
}
catch (Exception e) when (e is AuthenticationFailedException or InvalidOperationException or ArgumentException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
