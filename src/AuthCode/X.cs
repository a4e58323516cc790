namespace AuthCode;
