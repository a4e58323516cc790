// Names no type of Azure.Identity: its library does.
Console.WriteLine(Library.Secrets.IsReachable());
