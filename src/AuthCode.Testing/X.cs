namespace AuthCode.Testing;
